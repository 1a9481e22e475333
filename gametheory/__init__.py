"""Preference orderings in, theorems and figures out.

What stands here is the front door; each name is loaded when it is first used, so that ``import gametheory`` is quick. The
list of names is the stub file beside this one.
"""

import lazy_loader

from gametheory.exact import exact  # bound here, because the module has the same name

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ = [*__all__, "exact"]

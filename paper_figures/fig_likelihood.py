"""Profile likelihoods of the coded record under logit play of the reduced game."""

from gametheory.figures import run_alone
from gametheory.plotting import WIDTHS, panels, values_in_words
from gametheory.studies import us_mexico as study
from gametheory.studies.us_mexico.estimation import BOX, fit_record

SIZE = (WIDTHS["page"], 2.2)
PLACE = "appendix"
CLAIMS = (25, 33, 91)

WORDS = {
    "precision": "precision of play",
    "a1": "rise of applause\nwith frustration, $a_1$",
    "s": "loss of sovereignty, $s$",
}


def data():
    """For each free parameter the profile, its interval and the estimate; floats, rounded."""
    fit, profiles = fit_record()
    shown = {}
    for name, found in profiles.items():
        shown[name] = {
            "values": [round(v, 5) for v in found.values],
            "heights": [round(h, 4) for h in found.log_likelihood],
            "interval": [round(v, 5) for v in found.interval],
            "open_ends": list(found.open_ends),
            "estimate": round(fit.estimates[name], 5),
        }
    return {
        "profiles": shown,
        "log_likelihood": round(fit.log_likelihood, 4),
        "at_edge": list(fit.at_edge),
        "level": 0.95,
        "parameters": {k: v for k, v in study.BASELINE.items() if k not in BOX},
    }


def draw(ax, data):
    from scipy.stats import chi2

    (row,) = panels(ax, 1, len(data["profiles"]), sharey=True)
    cut = -chi2.ppf(data["level"], 1) / 2
    top = max(h for found in data["profiles"].values() for h in found["heights"])
    for panel, (name, found) in zip(row, data["profiles"].items(), strict=True):
        panel.plot(found["values"], [h - top for h in found["heights"]], "-", color="black", lw=1.2, marker=".", ms=3)
        panel.axhline(cut, color="#777777", lw=0.8, ls=(0, (3, 2)))
        panel.plot([found["estimate"]], [data["log_likelihood"] - top], "o", ms=5, mfc="white", mec="black")
        low, high = found["interval"]
        panel.axvspan(low, high, color="#e8e8e8", zorder=0, lw=0)
        panel.set_xlabel(WORDS[name])
    row[0].set_ylabel("log-likelihood\nbelow the best")
    row[0].set_ylim(max(-12, min(h - top for f in data["profiles"].values() for h in f["heights"]) - 0.5), 0.6)


def caption(data):
    told = []
    for name, found in data["profiles"].items():
        open_ends = f" (open: {', '.join(found['open_ends'])})" if found["open_ends"] else ""
        told.append(
            f"{name} {found['estimate']:.2f}, {found['interval'][0]:.2f} to {found['interval'][1]:.2f}{open_ends}"
        )
    count = max(len(found["values"]) for found in data["profiles"].values())
    return (
        f"Profile log-likelihood of the coded record under logit play of the reduced game, in floating point; circle: estimate; dashed: the height of a {data['level']:.0%} interval "
        f"(shaded; grid of {count} values). {'; '.join(told)}. An open end says that the interval reaches the end of the range looked at. The sample is small. "
        f"Other parameters: {values_in_words(data['parameters'])}."
    )


run_alone(__name__, globals())

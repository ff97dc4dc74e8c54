"""Words others may know of this line."""

#: How long an order may take: rows of limits, from which the desk chooses; an upstream platform's own day comes first.
TIERS = (
    "hotline.urgent",
    "hotline.utility",
    "hotline.general",
    "hotline.complex",
    "hotline.consult",
    "hotline.complaint",
)

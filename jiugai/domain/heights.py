"""Height classes of dwellings by storeys (T01-3 map, T13 lifts)."""


def height_class(storeys: int | None) -> str:
    """Return bungalow, low, multi, mid_rise, high or unknown for the number of storeys above ground."""
    if storeys is None:
        return "unknown"
    for limit, name in ((1, "bungalow"), (3, "low"), (6, "multi"), (9, "mid_rise")):
        if storeys <= limit:
            return name
    return "high"

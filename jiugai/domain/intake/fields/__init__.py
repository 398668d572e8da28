"""What a column of a file can mean: the fields of communities and buildings, and how each is read."""

from jiugai.domain.intake.fields.declared import (
    BUILDING,
    COMMUNITY,
    FIELDS,
    OUR_BUILDING,
    PLACE_FIELDS,
    Field,
    UnknownField,
    field_of,
)

__all__ = ["BUILDING", "COMMUNITY", "FIELDS", "OUR_BUILDING", "PLACE_FIELDS", "Field", "UnknownField", "field_of"]

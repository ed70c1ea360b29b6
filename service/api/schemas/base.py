"""What the schemas share."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

__all__ = ["Email", "In", "Lines", "Name", "Text", "example"]

_ONE_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_SEVERAL: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Control characters have no place in a text; tab and line breaks do, where there are several lines."""

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=_ONE_LINE)
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=_ONE_LINE)]
Lines = Annotated[str, StringConstraints(max_length=5_000, pattern=_SEVERAL)]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,189}$",
    ),
]


class In(BaseModel):
    """What a request's body holds; a field that is not known is refused, for it may be misspelt."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> dict[str, Any]:
    """For a model's json_schema_extra: one example."""
    return {"examples": [fields]}

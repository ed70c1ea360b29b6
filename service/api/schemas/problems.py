"""An error as the API tells it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Problem", "ProblemField"]


class ProblemField(BaseModel):
    """What is wrong with one part of the request."""

    field: str = Field(description="Where: a dotted path into the body, or the name of a parameter.")
    message: str = Field(description="What is wrong.")
    remedy: str = Field(description="What to do about it.")


class Problem(BaseModel):
    """Problem details (RFC 9457); every error of the API has this form."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:reelmatch:problem:invalid",
                    "title": "The request is not valid",
                    "status": 422,
                    "detail": "role: Input should be 'owner', 'member' or 'viewer'.",
                    "remedy": "Send one of the allowed values",
                    "errors": [
                        {
                            "field": "role",
                            "message": "Input should be 'owner', 'member' or 'viewer'",
                            "remedy": "Send one of the allowed values",
                        }
                    ],
                    "request_id": "0198f1d2c3b47a5e",
                }
            ]
        }
    )

    type: str = Field(description="What kind of problem; stable, for programs.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong this time.")
    remedy: str = Field(default="", description="What to do next.")
    errors: list[ProblemField] = Field(default=[], description="Each wrong field; empty for other problems.")
    request_id: str = Field(default="", description="Names this request in the logs.")

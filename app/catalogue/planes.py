"""Where frames lie in the body, as the compact text that the index keeps."""

import json
from collections.abc import Sequence
from typing import Any

from viewer.dicom import Plane


def planes_to_json(planes: Sequence[Plane]) -> str:
    """Return one short list for each plane, in the order of Plane's fields."""
    return json.dumps([_fields(plane) for plane in planes], separators=(",", ":"))


def planes_from_json(text: str) -> tuple[Plane, ...]:
    """Return what `planes_to_json` was given."""
    return tuple(_plane(*fields) for fields in json.loads(text))


def _fields(plane: Plane) -> list[Any]:
    return [
        plane.position, plane.orientation, plane.spacing, plane.thickness, plane.echo, plane.temporal_position,
        plane.b_value,
    ]  # fmt: skip


def _plane(position: Any, orientation: Any, spacing: Any, *rest: Any) -> Plane:
    return Plane(_vector(position), _vector(orientation), _vector(spacing), *rest)


def _vector(numbers: list[float] | None) -> Any:
    return None if numbers is None else tuple(numbers)

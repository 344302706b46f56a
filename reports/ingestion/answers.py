"""A child's answer on its way through JSON: printed there, restored here, and refused where it does not fit."""

import re
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

# No exponent: 1E+999999 is short until somebody prints it.
PLAIN_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,20})?")
# Halves of characters, which no UTF-8 holds, and NUL, which PostgreSQL keeps in no text.
UNKEEPABLE = re.compile(r"[\0\ud800-\udfff]")


def printed(value: Decimal) -> str:
    """A Decimal for JSON. Raises TypeError for anything else that JSON does not know."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{value!r} has no place in JSON")


def restored(shape: type[T], value: Any) -> T:
    """A value of `shape` from what JSON made of it. Raises ValueError or KeyError where it does not fit."""
    return _restored(shape, value)


@cache
def _hints(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {field.name: hints[field.name] for field in fields(shape)}


def _restored(shape: Any, value: Any) -> Any:
    origin, inner = get_origin(shape), get_args(shape)
    if isinstance(shape, type) and is_dataclass(shape) and isinstance(value, dict):
        return shape(**{name: _restored(hint, value[name]) for name, hint in _hints(shape).items()})
    if origin is tuple and isinstance(value, list):
        if inner[1:] == (Ellipsis,):
            return tuple(_restored(inner[0], item) for item in value)
        if len(inner) == len(value):
            return tuple(_restored(kind, item) for kind, item in zip(inner, value, strict=True))
    elif origin in (Union, UnionType):
        return None if value is None and NoneType in inner else _restored(inner[0], value)
    elif origin is Literal and value in inner:
        return value
    elif shape is float and type(value) in (int, float):
        return float(value)
    elif shape is Decimal and type(value) is str and PLAIN_NUMBER.fullmatch(value):
        return Decimal(value)
    elif shape is str and type(value) is str:
        return UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    elif type(value) is shape:
        return value
    raise ValueError(f"{value!r} is not {shape}")

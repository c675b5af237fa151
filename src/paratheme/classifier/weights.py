"""A safetensors file looked into before any library reads it: its header, its places, and that its numbers are finite.

The format is a length, a JSON header that says where each tensor stands, and the bytes.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from paratheme.errors import ParathemeError

LONGEST_HEADER = 10_000_000  # bytes; that of an encoder of 200 tensors has 20,000
FLOATS = {"F64": np.float64, "F32": np.float32, "F16": np.float16}
SIZES = {"F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2}
SIZES |= {"I8": 1, "U8": 1, "BOOL": 1}
AT_ONCE = 2**22  # numbers looked at together


def check_weights(file: Path) -> None:
    """See that a safetensors file is whole and all its numbers are finite.

    Raises
    ------
    ParathemeError
        If it is not; says what is wrong.
    """
    size = file.stat().st_size
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if size < 8 or length > min(LONGEST_HEADER, size - 8):
                raise ValueError(f"a header of {length:,} bytes")
            header = json.loads(opened.read(length))
        header.pop("__metadata__", None)
        spans = sorted(_span(name, told) for name, told in header.items())
        end = 0
        for start, stop, _ in spans:  # one after the other, without a gap in which other things could stand
            if start != end or stop < start:
                raise ValueError("tensors that overlap or leave gaps")
            end = stop
        if end != size - 8 - length:
            raise ValueError(f"{size - 8 - length:,} bytes of numbers where the header tells of {end:,}")
        for start, stop, name in spans:
            if not _is_finite(file, 8 + length + start, stop - start, header[name]["dtype"]):
                raise ValueError(f"{name} holds numbers that are not finite")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ParathemeError(f"{file}: no sound safetensors file ({error}); use another copy") from error


def _span(name: str, told: Any) -> tuple[int, int, str]:
    start, stop = told["data_offsets"]
    shape, dtype = told["shape"], told["dtype"]
    if not all(type(number) is int and number >= 0 for number in (start, stop, *shape)):
        raise ValueError(f"{name} has a shape or place that cannot be")
    if dtype not in SIZES:
        raise ValueError(f"{name} has numbers of an unknown kind {dtype!r}")
    if math.prod(shape) * SIZES[dtype] != stop - start:
        raise ValueError(f"{name} has another size than its shape tells")
    return start, stop, name


def _is_finite(file: Path, offset: int, length: int, dtype: str) -> bool:
    if dtype == "BF16":  # NumPy does not know it: not finite where all bits of the exponent are set
        numbers: Any = np.memmap(file, np.uint16, "r", offset, (length // 2,)) if length else np.zeros(0, np.uint16)
        return not any(((numbers[i : i + AT_ONCE] & 0x7F80) == 0x7F80).any() for i in range(0, len(numbers), AT_ONCE))
    if dtype not in FLOATS or not length:
        return True
    kind = FLOATS[dtype]
    values = np.memmap(file, np.uint8, "r", offset, (length,)).view(kind)
    return all(np.isfinite(values[i : i + AT_ONCE]).all() for i in range(0, len(values), AT_ONCE))

"""What compiled code needs from below Python: NumPy's own loops over rows of numbers, and arrays without owners.

NumPy computes exp, tanh, atan2 … with the processor's vector instructions where it has them, several times as fast
as the C library does number by number. A ufunc holds the address of its loop for every type of number; where they lie
in it is documented as `PyUFuncObject` in NumPy's C API, and its loops are called as `PyUFuncGenericFunction`.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_FLOAT64 = bytes([np.dtype(np.float64).num])
_ITEM = 8
NOWHERE = (0, 0)
_TUPLE: Any = types.BaseTuple


class _UFunc(ctypes.Structure):
    """The head of `PyUFuncObject`."""

    _fields_ = (
        ("object", ctypes.c_char * object.__basicsize__),
        ("operands", ctypes.c_int),
        ("results", ctypes.c_int),
        ("all_operands", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("loops", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("kinds", ctypes.c_int),
        ("reserved", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("types", ctypes.POINTER(ctypes.c_char)),
    )


def loop_over_floats(ufunc: np.ufunc) -> tuple[int, int]:
    """The address of a ufunc's loop over 64-bit floats and of what this wants besides; NOWHERE if it has none."""
    head = _UFunc.from_address(id(ufunc))
    if (head.operands, head.results, head.kinds) != (ufunc.nin, ufunc.nout, ufunc.ntypes):
        return NOWHERE  # an interpreter or a NumPy that lays its objects out otherwise
    for kind in range(head.kinds):
        start = kind * head.all_operands
        if all(head.types[start + i] == _FLOAT64 for i in range(head.all_operands)):
            return head.loops[kind] or 0, head.data[kind] or 0
    return NOWHERE


def _call_loop(_typing: Any, loop: Any, data: Any, numbers: Any, rows: Any, n: Any) -> Any:
    """Run a loop over `n` of `numbers`; `rows` says where the first operand, …, and the result begin."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> None:
        loop, data, numbers, rows, n = arguments
        word, pointer = ir.IntType(64), ir.IntType(8).as_pointer()
        first = context.make_array(signature.args[2])(context, builder, numbers).data
        count = len(signature.args[3])
        starts = cgutils.alloca_once(builder, pointer, size=count)
        strides = cgutils.alloca_once(builder, word, size=count)
        for i, row in enumerate(cgutils.unpack_tuple(builder, rows)):
            start = builder.bitcast(builder.gep(first, [row]), pointer)
            builder.store(start, cgutils.gep_inbounds(builder, starts, i))
            builder.store(word(_ITEM), cgutils.gep_inbounds(builder, strides, i))
        size = cgutils.alloca_once_value(builder, n)
        shape = ir.FunctionType(ir.VoidType(), [pointer] * 4)
        places = [builder.bitcast(place, pointer) for place in (starts, size, strides)]
        builder.call(builder.inttoptr(loop, shape.as_pointer()), [*places, builder.inttoptr(data, pointer)])

    return types.void(types.int64, types.int64, numbers, rows, types.int64), generate


def _borrowed(_typing: Any, arrays: Any) -> Any:
    """The same array, or tuple with arrays, without an owner: else every use of it counts references, which may cost
    more than the use. The caller has to keep the arrays.
    """

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return _without_owner(context, builder, arrays, arguments[0])

    return arrays(arrays), generate


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, _TUPLE):
        parts = [_without_owner(context, builder, *part) for part in zip(kind, cgutils.unpack_tuple(builder, value))]
        return context.make_tuple(builder, kind, parts)
    if not isinstance(kind, types.Array):
        return value
    array = context.make_array(kind)(context, builder, value)
    array.meminfo = cgutils.get_null_value(array.meminfo.type)
    array.parent = cgutils.get_null_value(array.parent.type)
    return array._getvalue()


def _reread(given: Any, wanted: Any, kind: Any) -> Any:
    """What makes the 64 bits of one kind of number those of another, in compiled code."""

    def typed(_typing: Any, _number: Any) -> Any:
        return wanted(given), lambda _context, builder, _signature, arguments: builder.bitcast(arguments[0], kind)

    return intrinsic(typed)


bits_of: Any = _reread(types.float64, types.int64, ir.IntType(64))
float_of: Any = _reread(types.int64, types.float64, ir.DoubleType())
call_loop: Any = intrinsic(_call_loop)
borrowed: Any = intrinsic(_borrowed)

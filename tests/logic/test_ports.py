"""Ports and hooks: one answers or many do, and nobody learns who."""

import pytest

from bihuan.logic.ports import Hook, Port, Unbound


def test_a_port_is_bound_once_and_asked_by_name():
    port: Port[[int], int] = Port("test.double")
    with pytest.raises(Unbound, match=r"test\.double"):
        port(2)
    port.bind(abs)
    port.bind(abs)
    assert port.bound
    assert port(-2) == 2
    with pytest.raises(ValueError, match="two functions"):
        port.bind(lambda n: n)


def test_a_hook_asks_everybody_once_in_order():
    hook: Hook[[int], int] = Hook("test.all")
    hook.bind(abs)
    hook.bind(lambda n: n * 2)
    hook.bind(abs)
    assert list(hook(-3)) == [3, -6]

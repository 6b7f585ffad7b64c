"""The view of one act: what it takes and answers is documented, its description is what the act says of itself."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from api.answers import Answer
from api.documented import documented, guarded
from api.door import Call, Door
from api.inputs import Input


class ActView(Door):
    """An act on one thing, which the address names; the answer is the thing as it is now."""

    act: ClassVar[Callable[..., Any]]
    takes: ClassVar[type[Input]]

    def act_on(self, call: Call, ref: str, **given: Any) -> Answer:
        """Call the act with what the request gave, and return the thing."""
        raise NotImplementedError

    def perform(self, call: Call, ref: str) -> Answer:
        """Read the body and the version that was seen, and act."""
        return self.act_on(call, ref, **call.read_seen(self.takes))


View = TypeVar("View", bound=ActView)


def act_view(
    base: type[View], name: str, summary: str, act: Callable[..., Any], takes: type[Input], *,
    gives: Any, tag: str, method: str = "post",
) -> type[View]:  # fmt: skip
    """Make the view of one act."""

    def perform(self: View, call: Call, **parts: str) -> Answer:
        (ref,) = parts.values()
        return self.perform(call, ref)

    perform.__doc__ = act.__doc__
    operation = name.replace("-", "_")
    describe = documented(
        f"{tag}_{operation}",
        summary,
        gives=gives,
        takes=takes,
        tag=tag,
        **guarded(),
    )
    class_name = "".join(word.capitalize() for word in operation.split("_")) + "View"
    return type(class_name, (base,), {"act": staticmethod(act), "takes": takes, method: describe(perform)})

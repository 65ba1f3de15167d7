"""Which optional library does a product need that is not installed?"""

from bluehelm.language import _


class MissingExtraError(RuntimeError):
    """A product needs a library that is not installed; `extra` names the optional dependencies that bring it."""

    def __init__(self, product: str, extra: str) -> None:
        super().__init__(
            _("{product} needs the extra {extra!r}, which is not installed.", product=product, extra=extra)
        )
        self.extra = extra

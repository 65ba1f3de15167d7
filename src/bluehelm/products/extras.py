"""Which optional library does a product need that is not installed?"""


class MissingExtraError(RuntimeError):
    """A product needs a library that is not installed; `extra` names the optional dependencies that bring it."""

    def __init__(self, product: str, extra: str) -> None:
        super().__init__(f"{product} needs the extra {extra!r}, which is not installed.")
        self.extra = extra

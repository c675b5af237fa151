"""paratheme files the paragraphs of multilingual documents by theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paratheme.classifier.classifier import Prediction, ThemeClassifier
    from paratheme.tracking.addresses import load

__version__ = "0.1.0"
__all__ = ["Prediction", "ThemeClassifier", "__version__", "load"]


def __getattr__(name: str) -> Any:
    """Import what is public when it is first asked for: `import paratheme` alone loads nothing heavy."""
    if name == "load":
        from paratheme.tracking.addresses import load

        return load
    if name in ("Prediction", "ThemeClassifier"):
        from paratheme.classifier import classifier

        return getattr(classifier, name)
    raise AttributeError(f"module 'paratheme' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return what is public, and nothing else."""
    return sorted(__all__)

from tests.templates_app.kit import workshop

__all__ = ["workshop"]

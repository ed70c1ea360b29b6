"""The application of the API's tests."""

from tests.service.api.conftest import api_settings, app, web, world

__all__ = ["api_settings", "app", "web", "world"]

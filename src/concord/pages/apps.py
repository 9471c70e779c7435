"""What a person sees."""

from django.apps import AppConfig


class Pages(AppConfig):
    """Views, forms and templates; the start-up check that every address declares who may come."""

    name = "concord.pages"
    label = "pages"

    def ready(self) -> None:
        from concord.pages import checks  # noqa: F401  registers the check

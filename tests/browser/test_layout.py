"""The layout in a real browser: axe, a phone, no JavaScript, and the security policy."""

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.browser.layout_page")]


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_passes_axe_and_never_scrolls_sideways(live_server, page: Page, accessible, page_errors, width):
    page.set_viewport_size({"width": width, "height": 800})
    response = page.goto(f"{live_server.url}/layout/")
    assert response is not None
    assert "script-src 'self'" in response.headers["content-security-policy"]
    expect(page.get_by_role("heading", level=1)).to_have_text("Camden Return for April to June 2026")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


def test_own_colours_reach_the_page(live_server, page: Page):
    page.goto(f"{live_server.url}/layout/")
    colour = "element => getComputedStyle(element).backgroundColor"
    assert page.locator(".app-header").evaluate(colour) == "rgb(15, 76, 84)"
    assert page.locator(".app-state--missed").first.evaluate(colour) == "rgb(163, 32, 26)"
    assert "GDS" not in page.locator("h1").evaluate("element => getComputedStyle(element).fontFamily")


def test_says_what_is_wrong_and_keeps_what_was_typed(live_server, page: Page):
    page.goto(f"{live_server.url}/layout/")
    assert page.title().startswith("Error: ")
    page.locator(".govuk-error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "words"
    expect(page.get_by_label("Why (optional)")).to_have_value("<b>kept</b>")
    expect(page.get_by_label("Second").first).to_be_checked()


def test_works_without_javascript(live_server, browser: Browser):
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{live_server.url}/layout/")
        expect(page.get_by_role("link", name="Returns").first).to_be_visible()
        expect(page.get_by_role("button", name="Save")).to_be_visible()
        expect(page.get_by_text("Draft saved.")).to_be_visible()
    finally:
        context.close()


def test_the_keyboard_reaches_the_content_first_and_can_scroll_a_wide_table(live_server, page: Page):
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{live_server.url}/layout/")
    page.evaluate("document.activeElement.blur()")
    expect(page.locator(".govuk-skip-link")).to_have_attribute("href", "#main-content")
    table = page.get_by_role("region", name="Commitments by authority")
    table.focus()
    assert table.evaluate(
        "element => element === document.activeElement && element.scrollWidth > element.clientWidth"
    )


def test_on_paper_the_demonstration_and_who_may_see_it_stay(live_server, page: Page):
    page.goto(f"{live_server.url}/layout/")
    page.emulate_media(media="print")
    expect(page.get_by_text("Demonstration.")).to_be_visible()
    expect(page.get_by_text("Who can see this:")).to_be_visible()
    expect(page.locator(".govuk-service-navigation")).to_be_hidden()

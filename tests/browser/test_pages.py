"""Every page in a real browser, wide and narrow: it works, and axe finds no fault."""

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
SCREENS = os.environ.get("REGISTRY_SCREENS")


def log_in(page, demo, username):
    page.goto(demo.address)
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(demo.passwords[username])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("text=Log out")


def looks_right(page, name):
    """No sideways scrolling of the page, no fault that axe knows; keep a picture."""
    from axe_playwright_python.sync_playwright import Axe

    if SCREENS:
        width = page.viewport_size["width"]
        path = Path(SCREENS) / f"{name}-{width}.png"
        page.screenshot(path=path, full_page=True)
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0, f"{name} is {wider} pixels wider than its window"
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_the_login_page_says_what_is_wrong(page, demo):
    page.goto(demo.address)
    looks_right(page, "login")
    page.get_by_label("Username").fill("cora")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    assert page.get_by_role("alert").is_visible()
    looks_right(page, "login-refused")


def test_an_investigator_reads_a_report(page, demo):
    log_in(page, demo, "ivan")
    looks_right(page, "home")
    page.locator("tbody a").first.click()
    looks_right(page, "cohort")
    assert page.get_by_text("Synthetic data: nobody here is real.").is_visible()
    page.get_by_role("link", name="Course of a measure").click()
    picture = page.locator("figure.chart img").first
    picture.wait_for()
    picture.evaluate("picture => picture.decode()")
    assert picture.evaluate("picture => picture.naturalWidth") > 100
    looks_right(page, "report-course")


def test_a_coordinator_opens_a_participant_and_the_history(page, demo):
    log_in(page, demo, "cora")
    looks_right(page, "home-coordinator")
    page.locator("tbody a").first.click()
    page.locator("a.code").first.click()
    assert page.get_by_role("heading", name="Scores").is_visible()
    looks_right(page, "participant")
    page.get_by_role("link", name="History").click()
    assert page.get_by_text("command:demo").first.is_visible()
    looks_right(page, "history")


def test_an_admin_sees_people_and_no_participant(page, demo):
    log_in(page, demo, "ada")
    assert page.get_by_role("heading", name="Memberships").is_visible()
    looks_right(page, "access")


def test_what_is_not_there_is_said_politely(page, demo):
    log_in(page, demo, "ivan")
    page.goto(f"{demo.address}/participants/BCDF-GHJK/")
    assert page.get_by_role("heading", name="Not found").is_visible()
    looks_right(page, "not-found")


def test_every_page_is_reached_by_keyboard(page, demo):
    log_in(page, demo, "ivan")
    page.goto(demo.address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    names = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        names.add(page.evaluate("document.activeElement.textContent.trim()"))
    assert "Log out" in names
    assert "Cohorts" in names

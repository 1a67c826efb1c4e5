"""A real browser that must not complain, and must fetch nothing but pages of the report."""

from __future__ import annotations

import contextlib
import re
import shutil

from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def chromium():
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def quiet_page(browser):
    """A page; at its end, what it complained of and what it fetched is looked at."""
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    complaints, fetched = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in fetched if not re.match(r"(file:///.*\.html(#.*)?|blob:.*|data:,)$", url)] == []


def opened_at(page, curated, name="index.html"):
    page.goto((curated / "report" / name).as_uri())
    return page

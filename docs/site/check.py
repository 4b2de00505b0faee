"""What is wrong with the built documentation: links that lead nowhere, requests to outside, formulas not shown."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SETTLED = "const done = arguments[0]; window.MathJax?.startup ? MathJax.startup.promise.then(() => done()) : done();"

# In each page: what the page asked for, what it said on the console, and formulas that are still text.
LOOK = """
const urls = performance.getEntriesByType("resource").map(entry => entry.name);
const outside = urls.filter(url => !url.startsWith("file:") && !url.startsWith("data:") && !url.startsWith("blob:"));
const formulas = [...document.querySelectorAll(".math")];
const bare = formulas.filter(f => !f.querySelector("mjx-container")).map(f => f.textContent.slice(0, 60));
const errors = [...document.querySelectorAll("mjx-merror, [data-mjx-error]")].map(e => e.textContent.slice(0, 60));
return {outside, bare, errors};
"""


class _Page(HTMLParser):
    """The links of a page and the places that links can lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is not None and name in ("href", "src"):
                self.links.append(value)
            elif value is not None and name in ("id", "name"):
                self.places.add(value)


def pages(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def broken_links(site: Path) -> list[str]:
    """Links of the pages to files or places of the site that are not there."""
    parsed = {path.resolve(): _Page(path.read_text(encoding="utf-8")) for path in pages(site)}
    return [f"{path.relative_to(site.resolve())}: {link} leads nowhere" for path, link in _broken(parsed)]


def _broken(parsed: dict[Path, _Page]) -> Iterator[tuple[Path, str]]:
    for path, page in parsed.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists() or (target in parsed and unquote(parts.fragment) not in parsed[target].places):
                yield path, link


def faults_in_browser(site: Path) -> list[str] | None:
    """Requests to outside, formulas that are not shown, errors of scripts. None without a browser to ask."""
    browser = _browser()
    if browser is None:
        return None
    faults = []
    try:
        for path in pages(site):
            browser.get(path.resolve().as_uri())
            browser.execute_async_script(SETTLED)
            seen = browser.execute_script(LOOK)
            said = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
            name = path.relative_to(site)
            faults += [f"{name}: asks for {url}" for url in seen["outside"]]
            faults += [f"{name}: not shown as a formula: {text}" for text in seen["bare"]]
            faults += [f"{name}: not a formula: {text}" for text in seen["errors"]]
            faults += [f"{name}: {message}" for message in said]
    finally:
        browser.quit()
    return faults


def _browser() -> Any:
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        return None
    if browser is None or driver is None:
        return None
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(executable_path=driver))

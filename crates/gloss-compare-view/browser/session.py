"""A page that is open in a browser, watched for errors and for requests."""

import pathlib


class Session:
    """Opens a page; what goes wrong in it fails the check when it is closed."""

    def __init__(self, browser, path: pathlib.Path, width: int = 1280, height: int = 900, **context):
        self.path = path
        self.context = browser.new_context(viewport={"width": width, "height": height}, **context)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.wrong.append(request.url) if not request.url.startswith("file:") else None)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.context.close()
        if kind is None:
            assert not self.wrong, self.wrong

    def open(self, fragment: str = "") -> "Session":
        """Opens the page anew at a fragment."""
        self.page.goto("about:blank")
        self.page.goto(f"file://{self.path}{fragment}")
        if "view=documents" in fragment:
            self.page.wait_for_selector(".row, .empty")
        return self

    def ids(self) -> list[str]:
        """Ids of all rows of the list, scrolled through."""
        found: dict[int, str] = {}
        box = self.page.locator("#list")
        height = box.evaluate("box => box.scrollHeight")
        for top in range(0, height + 1, 400):
            box.evaluate("(box, top) => new Promise(done => { box.scrollTop = top; requestAnimationFrame(() => requestAnimationFrame(done)); })", top)
            rows = self.page.eval_on_selector_all(".row", "rows => rows.map(row => [Number(row.getAttribute('aria-posinset')), row.dataset.id])")
            found.update(dict(rows))
        return [found[at] for at in sorted(found)]

    def status(self) -> str:
        return self.page.locator("#status").inner_text()

    def title(self) -> str:
        return self.page.locator("#document-title").inner_text()

    def place(self) -> str:
        return self.page.locator("#difference").inner_text()

    def settle(self) -> None:
        """Waits for what is typed to be taken in."""
        self.page.wait_for_timeout(350)

"""How does a program ask bluehelm, page through a list, ask again only for what changed, and do a deed?

    BLUEHELM_URL=http://127.0.0.1:8000 BLUEHELM_TOKEN=bluehelm_... python client.py UNSYM

Plain Python with httpx. The token is made in one's account, under API tokens; open data needs none.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import httpx


def connected(url: str, token: str = "") -> httpx.Client:
    """A connection that shows the token with everything it asks."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=url, headers=headers, timeout=60)


def told(answer: httpx.Response) -> Any:
    """What an answer says; SystemExit with the problem's own words where it is a refusal."""
    if answer.is_success:
        return answer.json()
    error = answer.json()["error"]
    raise SystemExit("\n".join([f"{answer.status_code} {error['what']}", *error["problems"], error["next"]]))


def rows(there: httpx.Client, path: str, name: str, limit: int = 100) -> Iterator[dict[str, Any]]:
    """Every row of a list, a part at a time."""
    answer = there.get(path, params={"limit": limit})
    while True:
        said = told(answer)
        yield from said[name] if name else said
        if "next" not in answer.links:
            return
        answer = there.get(answer.links["next"]["url"])


class Watched:
    """An answer that is asked for again and again, and sent only when it has changed."""

    def __init__(self, there: httpx.Client, path: str) -> None:
        self.there, self.path, self.mark = there, path, ""

    def changed(self) -> Any | None:
        """What the answer says now; None while it says what it said before."""
        answer = self.there.get(self.path, headers={"If-None-Match": self.mark} if self.mark else {})
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return None
        said, self.mark = told(answer), answer.headers["ETag"]
        return said


def done(there: httpx.Client, path: str, **typed: Any) -> str:
    """Do a deed as its form takes it; the address of the record."""
    return str(told(there.post(path, json=typed))["at"])


def main(mission: str) -> None:
    with connected(os.environ["BLUEHELM_URL"], os.environ.get("BLUEHELM_TOKEN", "")) as there:
        brief = told(there.get(f"/api/missions/{mission}/"))
        print(f"{brief['name']}: {brief['events']['count']} events, {brief['events']['best']} deaths, best estimate")
        for finding in rows(there, "/api/findings/", "findings"):
            print(f"{finding['finding']:>6}  {finding['severity']:<10}{finding['title']}")


if __name__ == "__main__":
    main(sys.argv[1])

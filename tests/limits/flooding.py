"""A crowd that guesses codes, in a process of its own: `python -m tests.limits.flooding ADDRESS SECONDS CALLERS`.

Each guess comes from another network (the trusted proxy's header), so that only the line of the slow hash limits it.
Prints the number of answers by status.
"""

from __future__ import annotations

import http.client
import random
import sys
import threading
import time
from collections import Counter
from urllib.parse import urlencode, urlsplit

from bullying_desk.sealing.words import WORDS


def guess(netloc: str, end: float, found: Counter[int]) -> None:
    line = http.client.HTTPConnection(netloc, timeout=30)
    while time.monotonic() < end:
        network = ".".join(str(random.randrange(1, 255)) for _ in range(4))
        headers = {
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": network,
        }
        try:
            # Words of the list, or the program would refuse them before the slow hash.
            code = urlencode({"code": " ".join(random.choices(WORDS, k=6))}).encode()
            line.request("POST", "/zurueck", code, headers)
            answer = line.getresponse()
            answer.read()
            found[answer.status] += 1
        except (OSError, http.client.HTTPException):
            line.close()
            found[0] += 1


def main(address: str, seconds: float, callers: int) -> None:
    netloc, end, found = urlsplit(address).netloc, time.monotonic() + seconds, Counter[int]()
    crowd = [threading.Thread(target=guess, args=(netloc, end, found)) for _ in range(callers)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    print(" ".join(f"{status}:{count}" for status, count in sorted(found.items())))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))

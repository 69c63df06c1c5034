import argparse
import os

import uvicorn


def main() -> None:
    parser = argparse.ArgumentParser(prog="quotes")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", 8080)))
    args = parser.parse_args()
    uvicorn.run("quotes.api:app", host=args.host, port=args.port)

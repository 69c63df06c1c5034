from importlib.metadata import version
from importlib.resources import files

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI(title="quotes", version=version("quotes"))


class Quote(BaseModel):
    number: int
    text: str


def quotes() -> list[str]:
    return files("quotes").joinpath("quotes.txt").read_text().splitlines()


@app.get("/quotes/{number}")
def quote(number: int) -> Quote:
    all = quotes()
    if not 1 <= number <= len(all):
        raise HTTPException(404, "no such quote")
    return Quote(number=number, text=all[number - 1])


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"version": app.version}

"""The classic hello of Flask, with a template and a compiled dependency."""

import os
import platform

import markupsafe._speedups
from flask import Flask, render_template

app = Flask(__name__)


@app.get("/")
def hello():
    return render_template("hello.html", name=os.environ.get("NAME", "world"), machine=platform.machine())


@app.get("/escape/<text>")
def escape(text):
    return str(markupsafe.escape(text))


if __name__ == "__main__":
    app.run(debug=True)

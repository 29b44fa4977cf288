"""Notes that outlive the container: GET / lists them, POST / adds one."""

import os
from pathlib import Path

from flask import Flask, request

NOTES = Path(os.environ.get("NOTES", "/var/lib/notes")) / "notes.txt"
app = Flask(__name__)


@app.get("/")
def notes():
    return NOTES.read_text() if NOTES.exists() else ""


@app.post("/")
def add():
    with NOTES.open("a") as file:
        file.write(request.get_data(as_text=True) + "\n")
    return "", 201


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000)

import express, { type Express } from "express";

interface Note {
  id: number;
  text: string;
}

// createApp returns the service: notes that live as long as the process does.
export function createApp(): Express {
  const notes: Note[] = [];
  const app = express();
  app.use(express.json());
  app.use(express.static("public"));
  app.get("/healthz", (_request, response) => {
    response.json({ ok: true, node: process.version, arch: process.arch });
  });
  app.get("/notes", (_request, response) => {
    response.json(notes);
  });
  app.post("/notes", (request, response) => {
    const note: Note = { id: notes.length + 1, text: String(request.body?.text ?? "") };
    notes.push(note);
    response.status(201).json(note);
  });
  return app;
}

// How the types are used, with `fetch` and nothing else; compiled by the tests.
import type { Operations, Problem } from "./nova";

type Name = keyof Operations;
type Taken<N extends Name, K extends string> = K extends keyof Operations[N] ? Operations[N][K] : undefined;

interface Request<N extends Name> {
  params: Taken<N, "params">;
  query?: Taken<N, "query">;
  header?: Taken<N, "header">;
  body?: Taken<N, "body">;
}

/** Asks an operation at `base`; fails with the problem that was answered. */
export async function ask<N extends Name>(
  base: string,
  token: string,
  method: Operations[N]["method"],
  path: Operations[N]["path"],
  request: Request<N>,
): Promise<Operations[N]["answer"]> {
  const params: Record<string, unknown> = { ...(request.params as object | undefined) };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const query = new URLSearchParams(request.query as unknown as Record<string, string>).toString();
  const answer = await fetch(`${base}${filled}${query && `?${query}`}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...(request.header as object | undefined) },
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  });
  if (!answer.ok) {
    throw (await answer.json()) as Problem;
  }
  return (answer.status === 204 ? undefined : await answer.json()) as Operations[N]["answer"];
}

/** Books a time; the key makes that a repeated request books once. */
export async function book(base: string, token: string, cabinet: string, key: string): Promise<string> {
  const appointment = await ask<"book">(base, token, "POST", "/v1/cabinets/{cabinet}/appointments", {
    params: { cabinet },
    header: { "Idempotency-Key": key },
    body: {
      patient: "0192f0c4-0000-7000-8000-0000000000a0",
      service: "0192f0c4-0000-7000-8000-000000000020",
      practitioner: "0192f0c4-0000-7000-8000-000000000010",
      start: "2026-11-23T08:00:00Z",
    },
  });
  return appointment.id;
}

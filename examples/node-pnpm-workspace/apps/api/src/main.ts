import { format } from "@shop/money";
import fastify from "fastify";

const app = fastify({ logger: true });

app.get("/price/:cents", async (request) => {
  const { cents } = request.params as { cents: string };
  return { price: format(Number(cents)) };
});

await app.listen({ host: "0.0.0.0", port: Number(process.env.PORT ?? 3000) });

// The shape of Microsoft's samples for callbacks: parse, look at each event, acknowledge. Nothing is checked or stored.
import express from "express";

const app = express();
app.disable("x-powered-by");
app.use(express.json({ type: () => true, limit: "1mb" }));
let connected = 0;
app.post("/{*path}", (request, response) => {
  for (const event of request.body) {
    if (event.type === "Microsoft.Communication.CallConnected") connected += 1;
  }
  response.sendStatus(200);
});
const server = app.listen(Number(process.argv[2]), "127.0.0.1", () => {
  console.log(JSON.stringify({ ready: true }));
});
server.keepAliveTimeout = 15_000;

import { createServer } from 'node:http';
import { MongoClient } from 'mongodb';

/** The public list's query on the native driver behind a raw HTTP server. Arguments: MongoDB address, database. */
const [uri = '', database = ''] = process.argv.slice(2);
const client = await MongoClient.connect(uri);
const needs = client.db(database).collection<{ _id: string; publishedAt: Date; pinnedAt?: null }>('needs');
const projection = {
  stage: 1,
  title: 1,
  category: 1,
  urgency: 1,
  recipientPublicName: 1,
  regionPath: 1,
  regionNames: 1,
  amountFen: 1,
  progress: 1,
  publishedAt: 1,
  expiresAt: 1,
  photos: { $slice: 1 },
  'lines.name': 1,
};

const server = createServer((request, response) => {
  const after = new URL(request.url ?? '/', 'http://localhost').searchParams.get('after');
  const [at, id] = after?.split(',') ?? [];
  const date = new Date(Number(at));
  const page =
    after === null
      ? {}
      : {
          pinnedAt: null,
          publishedAt: { $lte: date },
          $or: [{ publishedAt: { $lt: date } }, { publishedAt: date, _id: { $lt: id ?? '' } }],
        };
  void needs
    .find({ audience: 'nation', stage: { $in: ['published', 'matched'] }, ...page }, { projection })
    .sort({ pinnedAt: -1, publishedAt: -1, _id: -1 })
    .limit(21)
    .toArray()
    .then((rows) => {
      const body = Buffer.from(JSON.stringify({ items: rows.slice(0, 20) }));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
process.on('disconnect', () => process.exit(0));

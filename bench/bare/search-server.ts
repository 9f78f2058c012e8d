import { createServer } from 'node:http';
import { MongoClient, type Filter } from 'mongodb';

/** Finds public needs by search terms on the native driver behind a raw HTTP server. Arguments: MongoDB address, database. */
const [uri = '', database = ''] = process.argv.slice(2);
const client = await MongoClient.connect(uri);
interface Need {
  _id: string;
  stage: string;
  audience: string;
  searchTerms: string[];
}
const needs = client.db(database).collection<Need>('needs');
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
  pinnedAt: 1,
  publishedAt: 1,
  expiresAt: 1,
  photos: { $slice: 1 },
  'lines.name': 1,
};

/** `?terms=[["棉被"],["~mb"]]`: the ways, each with its terms in the best order. */
const server = createServer((request, response) => {
  const ways = JSON.parse(
    new URL(request.url ?? '/', 'http://localhost').searchParams.get('terms') ?? '[]',
  ) as string[][];
  const terms: Filter<Need>[] = ways.map((way) => ({ searchTerms: { $all: way } }));
  void needs
    .find(
      {
        audience: 'nation',
        stage: { $in: ['published', 'matched'] },
        ...(terms.length === 1 ? terms[0] : { $or: terms }),
      },
      { projection, hint: { audience: 1, searchTerms: 1, pinnedAt: -1, publishedAt: -1, _id: -1 } },
    )
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

import { createServer } from 'node:http';
import { MongoClient } from 'mongodb';

/**
 * What suggesting costs at least without an index of one's own: 500 candidates of a category, the longest waiting first,
 * by the index, read with what ranking and showing take; twenty are sent. Arguments: MongoDB address, database.
 */
const [uri = '', database = ''] = process.argv.slice(2);
const client = await MongoClient.connect(uri);
const needs = client.db(database).collection<{ _id: string }>('needs');
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
  'lines.free': 1,
  'lines.unitPriceFen': 1,
};

const server = createServer((request, response) => {
  const category = new URL(request.url ?? '/', 'http://localhost').searchParams.get('category') ?? '';
  void needs
    .find({ audience: 'nation', category, stage: { $in: ['published', 'matched'] } }, { projection })
    .sort({ pinnedAt: 1, publishedAt: 1, _id: 1 })
    .limit(500)
    .toArray()
    .then((rows) => {
      const body = Buffer.from(JSON.stringify({ found: rows.length, items: rows.slice(0, 20) }));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
process.on('disconnect', () => process.exit(0));

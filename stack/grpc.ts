import { connect } from 'node:http2';

/** One unary gRPC call without TLS, its answer unread. @throws Error when there is none or its status is not OK */
export function unaryCall(address: string, path: string, message: Buffer, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${address}`);
    const end = (error?: Error): void => {
      clearTimeout(timer);
      session.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const timer = setTimeout(() => end(new Error('it does not answer')), timeoutMs);
    session.once('error', end);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: unknown;
    let text: unknown;
    // An answer without a body has its status in the headers.
    const note = (headers: Record<string, unknown>): void => {
      status = headers['grpc-status'] ?? status;
      text = headers['grpc-message'] ?? text;
    };
    stream.on('response', note).on('trailers', note).on('error', end);
    stream.on('end', () => end(status === '0' ? undefined : new Error(`it answers ${String(text ?? status)}`)));
    stream.resume();
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([frame, message]));
  });
}

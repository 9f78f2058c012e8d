import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);
const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const CENTRAL_ENTRY = 0x02014b50;

/**
 * Reads one member of a zip archive (a Python wheel is one), found by the end of its path.
 * Only stored and deflated members below 4 GiB, which is all that wheels use.
 */
export async function readZipMember(archive: string, pathEnd: string): Promise<Buffer> {
  const file = await open(archive, 'r');
  try {
    const directory = await readCentralDirectory(file);
    const entry = findEntry(directory, pathEnd);
    if (!entry) throw new Error(`${archive} holds no ${pathEnd}`);
    // The local header repeats name and extra field with lengths of its own.
    const header = await readAt(file, entry.offset, 30);
    const dataStart = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    const data = await readAt(file, dataStart, entry.compressedSize);
    return entry.method === 0 ? data : await inflate(data);
  } finally {
    await file.close();
  }
}

async function readCentralDirectory(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  const tailSize = Math.min(size, 65_557);
  const tail = await readAt(file, size - tailSize, tailSize);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END_OF_CENTRAL_DIRECTORY) {
      return readAt(file, tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12));
    }
  }
  throw new Error('the downloaded file is not a zip archive');
}

function findEntry(directory: Buffer, pathEnd: string) {
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === CENTRAL_ENTRY) {
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    if (name.endsWith(pathEnd)) {
      return {
        method: directory.readUInt16LE(at + 10),
        compressedSize: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      };
    }
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return undefined;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error('the downloaded file is cut short');
  return buffer;
}

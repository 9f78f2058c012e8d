import { readdir } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { ImageError, MAX_IMAGE_BYTES, processImage } from '../../infra/images.ts';
import { createDiskStorage } from '../../infra/storage.ts';
import { temporaryFolder } from '../support/stack.ts';

const picture = (width = 60, height = 40) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 10, b: 10 } } });

async function faultOf(bytes: Buffer): Promise<string> {
  const error = await processImage(bytes).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).to.be.instanceOf(ImageError);
  return (error as ImageError).code;
}

describe('photos', () => {
  it('lose their EXIF data and stand upright', async () => {
    const exif = {
      IFD0: { Make: 'SecretCamera', Copyright: '王小明' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '26/1 19/1 0/1' },
    };
    const input = await picture().withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const given = await sharp(input).metadata();
    expect(given.exif, 'the test picture has EXIF').to.not.equal(undefined);
    const image = await processImage(input);
    const metadata = await sharp(image.bytes).metadata();
    expect(metadata.exif).to.equal(undefined);
    expect(metadata.orientation).to.equal(undefined);
    expect(image.bytes.includes('SecretCamera')).to.equal(false);
    expect([image.width, image.height]).to.deep.equal([40, 60]);
  });

  it('keep their type, and have a small thumbnail', async () => {
    for (const type of ['jpeg', 'png', 'webp'] as const) {
      const image = await processImage(await picture(3000, 1500).toFormat(type).toBuffer());
      expect(image.mime).to.equal(`image/${type}`);
      expect((await sharp(image.bytes).metadata()).format).to.equal(type);
      expect([image.width, image.height]).to.deep.equal([2560, 1280]);
      const thumbnail = await sharp(image.thumbnail).metadata();
      expect([thumbnail.width, thumbnail.height]).to.deep.equal([320, 160]);
      expect(image.sha256).to.match(/^[0-9a-f]{64}$/);
    }
  });

  it('are recognised by their content, and refused when they are something else', async () => {
    expect(await faultOf(Buffer.from('<svg onload="alert(1)"/>'))).to.equal('IMAGE_TYPE');
    expect(await faultOf(await picture().gif().toBuffer())).to.equal('IMAGE_TYPE');
    expect(await faultOf(Buffer.alloc(0))).to.equal('IMAGE_TYPE');
    const jpeg = await picture(400, 400).jpeg().toBuffer();
    expect(await faultOf(jpeg.subarray(0, jpeg.length / 2))).to.equal('IMAGE_BROKEN');
    expect(await faultOf(Buffer.concat([jpeg.subarray(0, 20), Buffer.from('<script>')]))).to.equal('IMAGE_BROKEN');
  });

  it('are refused beyond 10 MiB or 40 million pixels', async () => {
    expect(await faultOf(Buffer.alloc(MAX_IMAGE_BYTES + 1))).to.equal('IMAGE_TOO_LARGE');
    const bomb = await picture(8000, 5001).png().toBuffer();
    expect(bomb.length).to.be.below(MAX_IMAGE_BYTES);
    expect(await faultOf(bomb)).to.equal('IMAGE_TOO_MANY_PIXELS');
  });
});

describe('disk storage', () => {
  it('gives back what was stored, and nothing after it was removed', async () => {
    const folder = await temporaryFolder();
    const storage = createDiskStorage(folder);
    const key = `${uuidv7()}.thumb`;
    expect(await storage.get(key)).to.equal(null);
    await storage.put(key, Buffer.from('one'));
    await storage.put(key, Buffer.from('other'));
    const found = await storage.get(key);
    expect(found?.bytes).to.equal(5);
    expect((await buffer(found!.stream)).toString()).to.equal('other');
    expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
    await storage.remove(key);
    await storage.remove(key);
    expect(await storage.get(key)).to.equal(null);
  });

  it('refuses every key that is not one of ours', async () => {
    const storage = createDiskStorage(await temporaryFolder());
    for (const key of ['../../etc/passwd', 'a', '', `${uuidv7()}/../x`, `${uuidv7()}.thumb/..`]) {
      const error = await storage.get(key).then(
        () => null,
        (e: unknown) => e,
      );
      expect(error, key).to.be.instanceOf(RangeError);
    }
  });
});

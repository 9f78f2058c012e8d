import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import {
  CERTIFICATE_CODE,
  CERTIFICATE_NOTE,
  CERTIFICATE_TITLE,
  certificateCode,
  certificateText,
} from '../../domain/pledge/certificate.ts';
import { letterPdf } from '../../infra/certificate-pdf.ts';
import { pdfText } from '../support/pdf-text.ts';

describe('A donor’s certificate', () => {
  const facts = {
    code: 'BF-7KQM-2XAB-9TRW-HC4P',
    donor: '张三丰',
    recipient: '赖**',
    place: '江西省赣州市石城县琴江镇长乐村',
    need: '冬天需要两床棉被',
    items: [
      { name: '棉被', unit: '床', quantity: 2 },
      { name: '台灯', unit: '盏', quantity: 1 },
    ],
    receivedAt: Date.UTC(2026, 10, 23, 17),
  };

  it('has a code that is hard to guess and easy to type', () => {
    const codes = Array.from({ length: 200 }, () => certificateCode(randomBytes(32)));
    for (const code of codes) expect(code).to.match(CERTIFICATE_CODE);
    expect(new Set(codes)).to.have.property('size', 200);
    expect(codes.join('')).not.to.match(/[01IO]/);
  });

  it('thanks in Chinese, by the Shanghai day, and claims to be nothing else', () => {
    const text = certificateText(facts).join('');
    expect(text).to.include('张三丰').and.to.include('赖**家').and.to.include('棉被2床、台灯1盏');
    expect(text).to.include('2026年11月24日');
    expect(`${CERTIFICATE_TITLE}${text}`).not.to.match(/证明|公章|票据|抵税|发票/);
    const lesson = { ...facts, manner: 'service' as const, items: [{ name: '理发', unit: '次', quantity: 2 }] };
    expect(certificateText(lesson).join(''), 'nobody sends a service')
      .to.include('提供了理发2次')
      .and.include('确认完成');
    expect(certificateText(lesson).join('')).not.to.match(/送去|物品|收到/);
    expect(CERTIFICATE_NOTE).to.match(/不是公益捐赠票据，不能用于抵税/);
  });

  it('is a small PDF whose Chinese letters are in it and can be read out again', async () => {
    const letter = { title: CERTIFICATE_TITLE, paragraphs: certificateText(facts), notes: [facts.code, '旮旯煋燚'] };
    const pdf = await letterPdf(letter);
    expect(pdf.subarray(0, 5).toString()).to.equal('%PDF-');
    expect(pdf.toString('latin1')).to.match(/\/FontFile3|\/FontFile2/);
    expect(pdf.byteLength).to.be.within(10_000, 200_000);
    const text = pdfText(pdf).replaceAll('\n', '');
    for (const words of [CERTIFICATE_TITLE, ...certificateText(facts), facts.code, '旮旯煋燚']) {
      expect(text).to.include(words);
    }
  });
});

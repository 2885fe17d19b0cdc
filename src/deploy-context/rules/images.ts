import { type Image, parseImage } from '../../model/image.ts';
import { eachContainer, inTask, type Rule } from './pair.ts';
import { isPlaceholder, notFilledIn } from './placeholders.ts';

/** The grammar that the input `image` has, and what the API reference of ContainerDefinition says beyond it. */
const imagesAreNamed: Rule = (pair) =>
  eachContainer(pair, ({ image }, container) => {
    const path = [...container, 'image'];
    if (image === undefined) return [];
    if (image.trim() === '') return [inTask(path, 'is empty; is a variable set to nothing?')];
    const wrong = faultOf(image);
    return wrong === undefined ? [] : [inTask(path, `${pair.written('taskDefinition', path)} ${wrong}`)];
  });

function faultOf(text: string): string | undefined {
  const { image, wrong } = parseImage(text);
  // In capitals with underscores no registry or repository can be.
  if (isPlaceholder(text) || /\b[A-Z]+(?:_[A-Z0-9]+)+\b/.test(nameOf(text))) {
    return `${notFilledIn}, or give the input \`image\``;
  }
  return wrong ?? (image === undefined ? undefined : faultOfParts(image));
}

const nameOf = (text: string): string => text.replace(/:[^:/]*$/, '');

function faultOfParts({ host, digest }: Image): string | undefined {
  const account = /^([^.]*)\.dkr\.ecr(?:-fips)?\./.exec(host ?? '')?.[1];
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    return 'does not begin with the 12 digits of an account, as the host of a registry of Amazon ECR does';
  }
  // "The only supported hash function is sha256, and the hash value after sha256: must be exactly 64 characters"
  if (digest !== undefined && !/^sha256:[0-9a-fA-F]{64}$/.test(digest)) {
    return 'has after its @ what is not a digest: sha256: and 64 hexadecimal digits';
  }
  return undefined;
}

export const imageRules: readonly Rule[] = [imagesAreNamed];

import { type Image, parseImage } from '../../model/image.ts';
import { eachContainer, inTask, quoteInTask, type Rule } from './pair.ts';
import { isPlaceholder, notFilledIn } from './placeholders.ts';

/** Checks the same syntax as the input `image`, and the rules of the API reference of ContainerDefinition. */
const imagesAreNamed: Rule = (pair) =>
  eachContainer(pair, ({ image }, container) => {
    const path = [...container, 'image'];
    if (image === undefined) return undefined;
    if (image.trim() === '') return inTask(path, 'is empty; check whether a variable is set to an empty value');
    const wrong = faultOf(image);
    return wrong !== undefined && quoteInTask(pair, path, wrong);
  });

function faultOf(text: string): string | undefined {
  const { image, wrong } = parseImage(text);
  // Registries and repositories cannot contain capitals with underscores.
  if (isPlaceholder(text) || /\b[A-Z]+(?:_[A-Z0-9]+)+\b/.test(nameOf(text))) {
    return `${notFilledIn}, or set the input \`image\``;
  }
  return wrong ?? (image === undefined ? undefined : faultOfParts(image));
}

const nameOf = (text: string): string => text.replace(/:[^:/]*$/, '');

function faultOfParts({ host, digest }: Image): string | undefined {
  const account = /^([^.]*)\.dkr\.ecr(?:-fips)?\./.exec(host ?? '')?.[1];
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    return 'does not start with a 12-digit account id, as an Amazon ECR registry must';
  }
  // "The only supported hash function is sha256, and the hash value after sha256: must be exactly 64 characters"
  if (digest !== undefined && !/^sha256:[0-9a-fA-F]{64}$/.test(digest)) {
    return 'has no valid digest after its @; a digest is sha256: and 64 hexadecimal digits';
  }
  return undefined;
}

export const imageRules: readonly Rule[] = [imagesAreNamed];

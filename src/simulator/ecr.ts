import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { compact, type JsonObject, objects, text, texts } from './json.ts';
import type { Image, Repository } from './records.ts';

const mediaTypes = {
  list: 'application/vnd.oci.image.index.v1+json',
  single: 'application/vnd.oci.image.manifest.v1+json',
} as const;

function findRepository(cloud: Cloud, input: JsonObject): Repository {
  const [name, registry] = [text(input.repositoryName) ?? '', text(input.registryId) ?? cloud.accountId];
  const found = registry === cloud.accountId ? cloud.repositories.get(name) : undefined;
  if (found !== undefined) return found;
  const message = `The repository with name '${name}' does not exist in the registry with id '${registry}'`;
  throw new AwsFailure('RepositoryNotFoundException', message);
}

const findImage = ({ images }: Repository, id: JsonObject): Image | undefined => {
  const [digest, tag] = [text(id.imageDigest), text(id.imageTag)];
  return images.find(
    (image) => (digest === undefined || image.digest === digest) && (tag === undefined || image.tags.includes(tag)),
  );
};

/** DescribeImages. One that is asked for and not there makes an error of all. */
export function describeImages(cloud: Cloud, input: JsonObject): JsonObject {
  const repository = findRepository(cloud, input);
  const ids = objects(input.imageIds);
  const found = ids.map((id) => findImage(repository, id) ?? noImage(cloud, repository, id));
  return {
    imageDetails: (ids.length === 0 ? repository.images : found).map((image) =>
      compact({
        registryId: cloud.accountId,
        repositoryName: repository.name,
        imageDigest: image.digest,
        imageTags: image.tags.length === 0 ? undefined : image.tags,
        imageSizeInBytes: 31_415_926,
        imagePushedAt: image.pushedAt,
        imageManifestMediaType: mediaTypes[image.platforms === undefined ? 'single' : 'list'],
        imageStatus: 'ACTIVE',
      }),
    ),
  };
}

function noImage(cloud: Cloud, { name }: Repository, id: JsonObject): never {
  const said = `{imageDigest:'${text(id.imageDigest) ?? 'null'}', imageTag:'${text(id.imageTag) ?? 'null'}'}`;
  const message = `The image with imageId ${said} does not exist within the repository with name '${name}' in the registry with id '${cloud.accountId}'`;
  throw new AwsFailure('ImageNotFoundException', message);
}

/** BatchGetImage: manifests; what is not there is a failure of its own. */
export function batchGetImage(cloud: Cloud, input: JsonObject): JsonObject {
  const repository = findRepository(cloud, input);
  const answers = objects(input.imageIds).map((imageId) => ({ imageId, image: findImage(repository, imageId) }));
  const accepted = texts(input.acceptedMediaTypes);
  return {
    images: answers.flatMap(({ imageId, image }) => {
      const type = mediaTypes[image?.platforms === undefined ? 'single' : 'list'];
      if (image === undefined || (accepted.length > 0 && !accepted.includes(type))) return [];
      return [
        {
          registryId: cloud.accountId,
          repositoryName: repository.name,
          imageId: { ...imageId, imageDigest: image.digest },
          imageManifest: JSON.stringify(manifestOf(image)),
          imageManifestMediaType: type,
        },
      ];
    }),
    failures: answers
      .filter(({ image }) => image === undefined)
      .map(({ imageId }) => ({ imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' })),
  };
}

/** As created by docker buildx: each image with an attestation. */
function manifestOf({ platforms, digest }: Image): JsonObject {
  if (platforms === undefined) {
    return { schemaVersion: 2, mediaType: mediaTypes.single, config: { digest }, layers: [] };
  }
  const manifests = platforms.map((platform) => {
    const [os, architecture] = platform.split('/');
    return { mediaType: mediaTypes.single, digest, size: 1024, platform: { architecture, os } };
  });
  const attestation = {
    mediaType: mediaTypes.single,
    digest,
    size: 566,
    platform: { architecture: 'unknown', os: 'unknown' },
  };
  return { schemaVersion: 2, mediaType: mediaTypes.list, manifests: [...manifests, attestation] };
}

import type { ImageDetail } from '@aws-sdk/client-ecr';
import type { RegisterTaskDefinitionRequest, RuntimePlatform } from '@aws-sdk/client-ecs';
import { Failure } from '../../model/failure.ts';
import { type Image, parseImage } from '../../model/image.ts';
import { codeOf } from '../client/errors.ts';
import {
  type Access,
  answered,
  ok,
  type PreflightCheck,
  problem,
  type Result,
  type Results,
  unclear,
} from './inspect.ts';

/** The location of an image in ECR. */
interface Place {
  readonly registryId: string;
  readonly region: string;
}

/** Registry endpoints of all partitions, dual-stack ones included. */
const ecr =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)$/i;

/** Checks that each image exists for the platform of the task. */
export function imageChecks(definition: RegisterTaskDefinitionRequest, fargate: boolean): readonly PreflightCheck[] {
  const containers = definition.containerDefinitions ?? [];
  const images = [...new Set(containers.flatMap(({ image }) => image ?? []))];
  const platform = platformOf(definition.runtimePlatform, fargate);
  return images.map((name) => ({
    kind: 'image',
    about: `image of ${containers
      .filter(({ image }) => image === name)
      .map((container) => container.name)
      .join(', ')}`,
    look: (access) => lookAtImage(name, platform, access),
  }));
}

/** The platform in Docker's notation; `undefined` if it depends on the instance. */
function platformOf(wanted: RuntimePlatform | undefined, fargate: boolean): string | undefined {
  if (wanted === undefined && !fargate) return undefined;
  const { cpuArchitecture = 'X86_64', operatingSystemFamily = 'LINUX' } = wanted ?? {};
  const system = operatingSystemFamily.startsWith('WINDOWS') ? 'windows' : 'linux';
  return `${system}/${cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64'}`;
}

async function lookAtImage(name: string, platform: string | undefined, access: Access): Promise<Results> {
  const { image } = parseImage(name);
  const [, registryId, region] = ecr.exec(image?.host ?? '') ?? [];
  if (image === undefined || registryId === undefined || region === undefined) {
    return unclear(`not checked: ${name} is not in Amazon ECR`);
  }
  if (region.toLowerCase() !== access.aws.region) return unclear(`not checked: ${name} is in another region`);
  const found = await describe(image, { registryId, region }, access);
  if (found === undefined) return [];
  if (found instanceof Failure) return missing(name, image, found);
  if (found.imageStatus !== undefined && found.imageStatus !== 'ACTIVE') {
    return problem(
      `${name} is ${found.imageStatus}: it cannot be pulled`,
      'Restore the image in ECR, or use another image.',
    );
  }
  const pushed = found.imagePushedAt === undefined ? '' : `, pushed ${found.imagePushedAt.toISOString().slice(0, 19)}Z`;
  const platforms = await platformsOf(image, { registryId, region }, found, access);
  if (platforms === undefined) return ok(`${name} exists${pushed}`);
  if (platform !== undefined && !platforms.includes(platform)) {
    const what = `${name} is built for ${platforms.join(', ')}, but the task runs on ${platform}`;
    return problem(
      what,
      `Build it for that platform as well (docker buildx build --platform ${platform}), or set runtimePlatform.`,
    );
  }
  return ok(`${name} exists${pushed}, for ${platforms.join(', ')}`);
}

const isAbsence = (failure: Failure): boolean => /^(Image|Repository)NotFound/.test(codeOf(failure));

async function describe(
  image: Image,
  { registryId }: Place,
  { aws, may }: Access,
): Promise<ImageDetail | Failure | undefined> {
  const asked = { registryId, repositoryName: image.repository, imageIds: [idOf(image)] };
  const answer = await may(() => answered(() => aws.call('ecr', 'DescribeImages', asked), isAbsence));
  if (answer === undefined || answer instanceof Failure) return answer;
  return answer.imageDetails?.[0] ?? {};
}

/** If an image has both, the digest counts. */
const idOf = ({ tag, digest }: Image) =>
  digest === undefined ? { imageTag: tag ?? 'latest' } : { imageDigest: digest };

function missing(name: string, { repository }: Image, failure: Failure): Result {
  const next =
    'Build and push it before the rollout, or correct the image. (A pull through cache contains an image only after its first pull.)';
  const there = codeOf(failure).startsWith('Image');
  return problem(there ? `there is no image ${name}` : `there is no repository ${repository} for ${name}`, next);
}

const lists: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

/** The platforms of a multi-platform image. For a single-platform image only its configuration names the platform, which would have to be downloaded. */
async function platformsOf(
  image: Image,
  { registryId }: Place,
  { imageManifestMediaType = '' }: ImageDetail,
  { aws, may }: Access,
): Promise<readonly string[] | undefined> {
  if (!lists.has(imageManifestMediaType)) return undefined;
  const answer = await may(() =>
    aws.call('ecr', 'BatchGetImage', {
      registryId,
      repositoryName: image.repository,
      imageIds: [idOf(image)],
      acceptedMediaTypes: [imageManifestMediaType],
    }),
  );
  return platformsIn(answer?.images?.[0]?.imageManifest ?? '');
}

/** The index also lists attestations, whose platform is `unknown`. */
function platformsIn(manifest: string): readonly string[] | undefined {
  try {
    const { manifests = [] } = JSON.parse(manifest) as {
      readonly manifests?: readonly { readonly platform?: { readonly os?: string; readonly architecture?: string } }[];
    };
    const known = manifests.flatMap(({ platform: { os, architecture } = {} }) =>
      os === undefined || os === 'unknown' || architecture === undefined ? [] : [`${os}/${architecture}`],
    );
    return known.length === 0 ? undefined : [...new Set(known)];
  } catch {
    return undefined;
  }
}

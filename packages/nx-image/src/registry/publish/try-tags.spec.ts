import { HephyError, type ErrorDetails } from '../../errors/hephy-error';
import { refusesToReplace } from './try-tags';

const error = (
  code: 'REGISTRY_ERROR' | 'REGISTRY_DENIED' | 'REGISTRY_UNREACHABLE',
  words: string,
  details?: ErrorDetails,
) => new HephyError(code, `PUT http://registry.example.com/v2/team/images/manifests/in-1: HTTP ${words}`, details);

describe('refusesToReplace', () => {
  it.each([
    error(
      'REGISTRY_ERROR',
      "400 TAG_INVALID: The image tag 'in-1' already exists in the 'team/images' repository and cannot be overwritten because the tag is immutable.",
    ),
    error('REGISTRY_ERROR', '400 TAG_INVALID'),
    error('REGISTRY_ERROR', '400 ImageTagAlreadyExistsException: the tag exists'),
    error('REGISTRY_ERROR', "412 PRECONDITION: Failed to process request due to 'in-1' configured as immutable."),
    error('REGISTRY_ERROR', '409 CONFLICT: tag already exists'),
    error('REGISTRY_DENIED', '403 DENIED: tag is immutable'),
  ])('$message', (refusal) => {
    expect(refusesToReplace(refusal)).toBe(true);
  });

  it.each([
    error('REGISTRY_DENIED', '403 DENIED: requested access to the resource is denied'),
    error('REGISTRY_DENIED', '401 UNAUTHORIZED'),
    error('REGISTRY_ERROR', '400 MANIFEST_INVALID: manifest invalid'),
    error('REGISTRY_ERROR', '409 BLOB_UPLOAD_INVALID'),
    error('REGISTRY_UNREACHABLE', 'the tag is immutable'),
    new Error('already exists'),
  ])('not $message', (other) => {
    expect(refusesToReplace(other)).toBe(false);
  });
});

package llb

import (
	"context"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/frontend/attestations/sbom"
	gwpb "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/result"

	"github.com/stagefront/stagefront/frontend/diag"
)

// Attestation is something that is said of an image beside it.
type Attestation = result.Attestation[*llb.State]

// spdxDocument is the type of statements that are documents of SPDX.
const spdxDocument = "https://spdx.dev/Document"

// Document returns the attestation that is a document of SPDX, in the form in which
// BuildKit takes it from a scanner: as the first of an image.
func (s *Options) Document(name string, data []byte) Attestation {
	const file = sbom.CoreSBOMName + ".spdx.json"
	state := llb.Scratch().File(llb.Mkfile("/"+file, 0o644, data, llb.WithCreatedTime(s.Epoch)),
		named("["+name+"] write down what is inside"), s.at(diag.Range{}))
	return Attestation{
		Kind: gwpb.AttestationKind_InToto,
		Ref:  &state,
		Path: "/" + file,
		Metadata: map[string][]byte{
			result.AttestationReasonKey: []byte(result.AttestationReasonSBOM),
			result.AttestationSBOMCore:  []byte(sbom.CoreSBOMName),
		},
		InToto: result.InTotoAttestation{PredicateType: spdxDocument},
	}
}

// Scan returns the attestation that a scanner makes of the files of an image, and of
// others that it is asked to look at too.
func (s *Options) Scan(ctx context.Context, scan sbom.Scanner, name string, files State, extras map[string]State) (Attestation, error) {
	opts := []llb.ConstraintsOpt{s.at(diag.Range{})}
	if s.anew("sbom") {
		opts = append(opts, llb.IgnoreCache)
	}
	return scan(ctx, name, files, extras, opts...)
}

// Package langdu reads a document from a langdu service sentence by sentence, over its gRPC contract, which
// is in the package langdu/v1 beside it.
package langdu

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	langduv1 "langdu/client/langdu/v1"
)

// Sentence is one utterance: a sentence, or a part of a long one, with the pause after it.
type Sentence struct {
	Index int
	// Text as it stands in the document.
	Text string
	// Audio is empty where the sentence failed.
	Audio []byte
	// Start counts from the start of the first sentence that the call brings.
	Start    time.Duration
	Duration time.Duration
	// Syllables are heard at these times, from the start of the sentence.
	Syllables []*langduv1.SyllableTiming
	// Utterance has the spoken form, and the span of each syllable in the document.
	Utterance *langduv1.Utterance
	// Failure says why a sentence has no sound; nil where it has.
	Failure *langduv1.UtteranceError
}

// ErrDocumentChanged says that a page was edited between a cut of the connection and the next try.
var ErrDocumentChanged = errors.New("the document was changed while it was being read")

// The pauses before a stream that was cut is begun again without a sentence having come meanwhile.
var pauses = []time.Duration{200 * time.Millisecond, time.Second, 3 * time.Second}

// Read hands over each sentence of a document as soon as it is made, and returns the document. It goes on
// where a connection was cut. An error of heard, and the end of ctx, stop the work on the service.
func Read(
	ctx context.Context, client langduv1.ReadAloudClient, request *langduv1.SynthesizeRequest,
	heard func(Sentence) error,
) (*langduv1.Reading, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	reader := reader{next: request.Start, heard: heard}
	for cuts := 0; ; {
		before := reader.next
		err := reader.run(ctx, client, &langduv1.SynthesizeRequest{
			Source: request.Source, Voice: request.Voice, AudioConfig: request.AudioConfig,
			CustomPronunciations: request.CustomPronunciations, Start: reader.next,
		})
		if reader.next != before {
			cuts = 0
		}
		if !isCut(err) || cuts == len(pauses) {
			return reader.reading, err
		}
		select {
		case <-ctx.Done():
			return reader.reading, ctx.Err()
		case <-time.After(pauses[cuts]):
		}
		cuts++
	}
}

type reader struct {
	reading *langduv1.Reading
	// The utterance that is awaited.
	next  uint32
	at    time.Duration
	heard func(Sentence) error
}

func (r *reader) run(
	ctx context.Context, client langduv1.ReadAloudClient, request *langduv1.SynthesizeRequest,
) error {
	stream, err := client.SynthesizeStream(ctx, request)
	if err != nil {
		return err
	}
	timing := &langduv1.Timing{}
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		sentence := Sentence{Index: int(message.Index)}
		switch part := message.Response.(type) {
		case *langduv1.SynthesizeStreamResponse_Header:
			if err := r.begin(part.Header); err != nil {
				return err
			}
			continue
		case *langduv1.SynthesizeStreamResponse_More:
			r.reading.Utterances = append(r.reading.Utterances, part.More.Utterances...)
			r.reading.Document.Blocks = append(r.reading.Document.Blocks, part.More.Document.GetBlocks()...)
			r.reading.Growing = part.More.Growing
			continue
		case *langduv1.SynthesizeStreamResponse_Utterance:
			timing = part.Utterance.Timing
			continue
		case *langduv1.SynthesizeStreamResponse_Audio:
			sentence.Audio = part.Audio
			sentence.Duration = time.Duration(timing.DurationMs) * time.Millisecond
			sentence.Syllables = timing.Syllables
		case *langduv1.SynthesizeStreamResponse_UtteranceError:
			sentence.Failure = part.UtteranceError
		default:
			continue
		}
		sentence.Utterance = r.reading.Utterances[sentence.Index]
		sentence.Text, sentence.Start = sentence.Utterance.Text, r.at
		r.at += sentence.Duration
		r.next = message.Index + 1
		if err := r.heard(sentence); err != nil {
			return err
		}
	}
}

// begin takes a header. After a cut, a page that was edited meanwhile has other sentences under the same
// numbers.
func (r *reader) begin(header *langduv1.Reading) error {
	if r.reading != nil {
		for i := 0; i < int(r.next) && i < len(r.reading.Utterances) && i < len(header.Utterances); i++ {
			if r.reading.Utterances[i].ClipId != header.Utterances[i].ClipId {
				return ErrDocumentChanged
			}
		}
	}
	r.reading = header
	return nil
}

// isCut tells a connection that broke from a refusal, which names its reason.
func isCut(err error) bool {
	return err != nil && status.Code(err) == codes.Unavailable && Reason(err) == ""
}

// Reason is the stable name of an error of the service, as docs/http.md lists them in capitals; empty
// where the service itself was not reached.
func Reason(err error) string {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok && info.Domain == "langdu" {
			return info.Reason
		}
	}
	return ""
}

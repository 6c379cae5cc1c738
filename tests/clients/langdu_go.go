// clients/go against the service. Arguments: gRPC address, a page, the contract's descriptor set.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	langdu "langdu/client"
	langduv1 "langdu/client/langdu/v1"
)

const lines = "公交车每十分钟一班。末班车晚上九点半发车。老年人凭卡免费乘车。如有变动，以站牌为准。"

func check(holds bool, what string, about ...interface{}) {
	if !holds {
		panic(fmt.Sprintln(append([]interface{}{what}, about...)...))
	}
}

// What was generated is what the service serves.
func contractIsCurrent(path string) {
	packed, err := os.ReadFile(path)
	check(err == nil, "the descriptors", err)
	served := &descriptorpb.FileDescriptorSet{}
	check(proto.Unmarshal(packed, served) == nil, "the descriptors")
	found := 0
	for _, file := range []protoreflect.FileDescriptor{
		langduv1.File_langdu_v1_read_aloud_proto, langduv1.File_langdu_v1_operator_proto,
	} {
		ours := protodesc.ToFileDescriptorProto(file)
		for _, theirs := range served.File {
			if theirs.GetName() != ours.GetName() {
				continue
			}
			for _, each := range []*descriptorpb.FileDescriptorProto{ours, theirs} {
				each.SourceCodeInfo, each.Options = nil, nil
				withoutJSONNames(each.MessageType)
			}
			check(proto.Equal(ours, theirs), "run scripts/generate-clients.sh", ours.GetName())
			found++
		}
	}
	check(found == 2, "both files are served")
}

// Some compilers fill them in, others leave them out.
func withoutJSONNames(messages []*descriptorpb.DescriptorProto) {
	for _, message := range messages {
		for _, field := range message.Field {
			field.JsonName = nil
		}
		withoutJSONNames(message.NestedType)
	}
}

// A line to the service that breaks once, after so many bytes have come back.
func cutting(service string, after int) (string, *int32) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err == nil, "a port", err)
	cuts := new(int32)
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", service)
			check(err == nil, "the service", err)
			go func() { io.Copy(far, near); far.Close() }()
			go func() {
				if atomic.LoadInt32(cuts) == 0 {
					io.CopyN(near, far, int64(after))
					atomic.AddInt32(cuts, 1)
				} else {
					io.Copy(near, far)
				}
				near.Close()
				far.Close()
			}()
		}
	}()
	return listener.Addr().String(), cuts
}

func request(text string) *langduv1.SynthesizeRequest {
	return &langduv1.SynthesizeRequest{
		Source:      &langduv1.Source{Source: &langduv1.Source_Text{Text: text}},
		AudioConfig: &langduv1.AudioConfig{AudioEncoding: langduv1.AudioEncoding_LINEAR16},
	}
}

func read(address string) []langdu.Sentence {
	connection, err := grpc.Dial(address, grpc.WithInsecure())
	check(err == nil, "a connection", err)
	defer connection.Close()
	var sentences []langdu.Sentence
	client := langduv1.NewReadAloudClient(connection)
	reading, err := langdu.Read(context.Background(), client, request(lines), func(heard langdu.Sentence) error {
		sentences = append(sentences, heard)
		return nil
	})
	check(err == nil, "it is read", err)
	check(len(sentences) == len(reading.Utterances) && len(sentences) > 3, "every sentence came", len(sentences))
	at := sentences[0].Start
	for i, sentence := range sentences {
		check(sentence.Index == i && sentence.Failure == nil, "in order", sentence.Index)
		check(sentence.Start == at, "times add up", sentence.Start, at)
		at += sentence.Duration
		length := int64(len(sentence.Audio)) / 2 / 24
		check(length-sentence.Duration.Milliseconds() <= 1 && sentence.Duration.Milliseconds()-length <= 1,
			"the sound is as long as it says", length)
		check(len(sentence.Syllables) == len(sentence.Utterance.Syllables), "each syllable has its time")
	}
	return sentences
}

func main() {
	address, _, descriptors := os.Args[1], os.Args[2], os.Args[3]
	contractIsCurrent(descriptors)
	whole := read(address)
	line, cuts := cutting(address, len(whole[0].Audio)+len(whole[1].Audio)/2)
	again := read(line)
	check(atomic.LoadInt32(cuts) >= 1, "the line was cut")
	for i := range whole {
		check(string(whole[i].Audio) == string(again[i].Audio), "a cut is not noticed", i)
	}

	connection, err := grpc.Dial(address, grpc.WithInsecure())
	check(err == nil, "a connection", err)
	client := langduv1.NewReadAloudClient(connection)
	enough := errors.New("enough")
	_, err = langdu.Read(context.Background(), client, request(lines), func(langdu.Sentence) error { return enough })
	check(err == enough, "whoever has heard enough stops it", err)
	_, err = langdu.Read(context.Background(), client, request(""), func(langdu.Sentence) error { return nil })
	check(status.Code(err) == codes.InvalidArgument && langdu.Reason(err) == "INVALID_FIELD", "refused", err)
	fmt.Println(len(whole), "sentences")
}

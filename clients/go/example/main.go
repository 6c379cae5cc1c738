// Ten lines: a document into a file, and when each sentence is heard. Arguments: gRPC address, page.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"google.golang.org/grpc"

	langdu "langdu/client"
	langduv1 "langdu/client/langdu/v1"
)

func main() {
	connection, _ := grpc.Dial(os.Args[1], grpc.WithInsecure())
	page := &langduv1.Source{Source: &langduv1.Source_Url{Url: os.Args[2]}}
	out, _ := os.Create("document.mp3")
	request := &langduv1.SynthesizeRequest{Source: page}
	client := langduv1.NewReadAloudClient(connection)
	_, err := langdu.Read(context.Background(), client, request, func(sentence langdu.Sentence) error {
		fmt.Printf("%7.2f s  %s\n", sentence.Start.Seconds(), sentence.Text)
		_, err := out.Write(sentence.Audio)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
}

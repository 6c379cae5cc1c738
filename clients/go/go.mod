module langdu/client

go 1.19

require (
	google.golang.org/genproto v0.0.0-20200513103714-09dca8ec2884
	google.golang.org/grpc v1.33.3
	google.golang.org/protobuf v1.28.1
)

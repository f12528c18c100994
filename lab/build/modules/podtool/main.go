// podtool is what the lab's pods run: a pause program, a server that says who asked it, and clients for it.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const usage = `usage: podtool pause
       podtool serve PORT             HTTP and UDP: answers with its host name and the peer's address; /bytes/N sends N bytes
       podtool get URL                prints the body; bytes and seconds go to stderr
       podtool send HOST PORT SIZE    UDP in IP packets of SIZE bytes that must not be fragmented; prints the answer
`

func main() {
	commands := map[string]struct {
		run  func(args []string) error
		args int
	}{"pause": {pause, 0}, "serve": {serve, 1}, "get": {get, 1}, "send": {send, 3}}
	if len(os.Args) > 1 {
		if command, known := commands[os.Args[1]]; known && len(os.Args)-2 == command.args {
			if err := command.run(os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, "podtool:", err)
				os.Exit(1)
			}
			return
		}
	}
	fmt.Fprint(os.Stderr, usage)
	os.Exit(2)
}

// pause sleeps until it is told to end. As the first process of a shared PID namespace it also inherits orphans.
func pause([]string) error {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for received := range signals {
		if received != syscall.SIGCHLD {
			return nil
		}
		for {
			if pid, _ := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 {
				break
			}
		}
	}
	return nil
}

func serve(args []string) error {
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	packets, err := net.ListenPacket("udp", ":"+args[0])
	if err != nil {
		return err
	}
	go func() {
		buffer := make([]byte, 65536)
		for {
			if n, peer, err := packets.ReadFrom(buffer); err == nil {
				_, _ = packets.WriteTo([]byte(fmt.Sprintf("%s %s %d\n", name, peer, n)), peer)
			}
		}
	}()
	http.HandleFunc("/", func(answer http.ResponseWriter, request *http.Request) {
		fmt.Printf("%s %s\n", request.RemoteAddr, request.URL)
		fmt.Fprintf(answer, "%s %s\n", name, request.RemoteAddr)
	})
	http.HandleFunc("/bytes/", func(answer http.ResponseWriter, request *http.Request) {
		n, err := strconv.ParseInt(strings.TrimPrefix(request.URL.Path, "/bytes/"), 10, 64)
		if err != nil {
			http.Error(answer, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = io.CopyN(answer, zeros{}, n)
	})
	return http.ListenAndServe(":"+args[0], nil)
}

type zeros struct{}

func (zeros) Read(buffer []byte) (int, error) {
	clear(buffer)
	return len(buffer), nil
}

func get(args []string) error {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	transport := &http.Transport{DialContext: dialer.DialContext, ResponseHeaderTimeout: 5 * time.Second}
	start := time.Now()
	answer, err := (&http.Client{Transport: transport}).Get(args[0])
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	n, err := io.Copy(os.Stdout, answer.Body)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d bytes in %.3f s\n", n, time.Since(start).Seconds())
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Status)
	}
	return nil
}

// send tries three times: what the first packet learns of the path's MTU by ICMP, the second one is told by the kernel.
func send(args []string) error {
	const headers = 28 // IPv4 and UDP
	size, err := strconv.Atoi(args[2])
	if err != nil || size < headers {
		return fmt.Errorf("SIZE %s is not a number from %d on", args[2], headers)
	}
	conn, err := net.Dial("udp4", net.JoinHostPort(args[0], args[1]))
	if err != nil {
		return err
	}
	defer conn.Close()
	raw, err := conn.(*net.UDPConn).SyscallConn()
	if err != nil {
		return err
	}
	var wrong error
	if err := raw.Control(func(fd uintptr) {
		wrong = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_MTU_DISCOVER, syscall.IP_PMTUDISC_DO)
	}); err != nil || wrong != nil {
		return fmt.Errorf("IP_MTU_DISCOVER: %v %v", err, wrong)
	}
	for range 3 {
		if _, err = conn.Write(bytes.Repeat([]byte{'.'}, size-headers)); err != nil {
			continue
		}
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		buffer := make([]byte, 1024)
		var n int
		if n, err = conn.Read(buffer); err == nil {
			_, err = os.Stdout.Write(buffer[:n])
			return err
		}
	}
	return err
}

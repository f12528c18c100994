module example.invalid/hostroute/lab/podtool

go 1.24.0

// Go wants a file of this name at a module's root, and reads that of the release instead (-modfile).
module example.invalid/hostroute/lab/kubernetes

package main

type showCmd struct{}

func (c *showCmd) Run() error { return nil }

#!/usr/bin/perl
# perl parse.pl MESSAGE.eml…
#
# Reads messages with Debian's MIME::Parser, and prints what it sees: one JSON object a message.

use strict;
use warnings;

use Encode qw(decode);
use JSON::PP;
use MIME::Parser;
use Mail::Address;

my $json = JSON::PP->new->utf8;

sub unfolded { my ($value) = @_; $value =~ s/\r?\n(?=[ \t])//g; $value =~ s/^\s+|\s+$//g; return $value; }

sub mailboxes {
    my ($head, $name) = @_;
    return [map { [decode('MIME-Header', unquoted($_->phrase)), $_->address] } Mail::Address->parse(unfolded($head->get($name)))];
}

sub unquoted { my ($phrase) = @_; $phrase =~ s/^"(.*)"$/$1/s and $phrase =~ s/\\(.)/$1/gs; return $phrase; }

sub body {
    my ($entity, $type) = @_;
    my ($part) = grep { $_->effective_type eq $type } $entity->parts;
    return decode('UTF-8', $part->bodyhandle->as_string, Encode::FB_CROAK);
}

for my $file (@ARGV) {
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    my $mail = $parser->parse_open($file);
    my $head = $mail->head;
    my @headers = map { my ($name, $value) = /^([^:]+):(.*)$/s; [lc $name, unfolded($value)] } map { $_ }
        split /\r?\n(?![ \t])/, $head->as_string;
    print $json->encode({
        parser => 'MIME::Parser',
        defects => [map { "$_" } $parser->results->msgs],
        headers => \@headers,
        subject => decode('MIME-Header', unfolded($head->get('Subject'))),
        from => mailboxes($head, 'From'),
        to => mailboxes($head, 'To'),
        text => body($mail, 'text/plain'),
        html => body($mail, 'text/html'),
    }), "\n";
}
